# Khung trang: tên, điều hướng, thông báo.
programme = Sổ bộ giảm nghèo
skip = Chuyển đến nội dung chính
demo-banner = Dữ liệu giả lập – không có người thật. (Synthetic data.)
sign-out = Đăng xuất
second-factor-wanted = Vai trò của anh/chị cần mã xác thực thứ hai.
second-factor-set-up = Thiết lập ngay
footer = Vươn – hệ thống mở cho chương trình giảm nghèo.
list-next = Trang sau

nav = Điều hướng chính
nav-home = Việc hôm nay
nav-households = Hộ gia đình
nav-lists = Danh sách
nav-flows = Biến động
nav-import = Nhập danh sách
nav-duplicates = Hộ trùng
nav-areas = Địa bàn
nav-ledger = Sổ nhật ký
nav-users = Tài khoản

problem-title = Chưa thực hiện được
problem-title-not-found = Không tìm thấy
problem-title-forbidden = Không được phép
problem-title-conflict = Chưa lưu được
problem-home = Về trang đầu
problem-internal = Hệ thống gặp lỗi. Chưa có gì bị thay đổi; hãy thử lại, hoặc báo cho quản trị viên.
problem-not-signed-in = Anh/chị chưa đăng nhập.
problem-code-needed = Cần mã xác thực thứ hai.
problem-csrf = Trang này đã cũ hoặc không do hệ thống lập. Hãy tải lại trang rồi gửi lại; chưa có gì bị thay đổi.
problem-not-found = Không có trang này, hoặc anh/chị không được xem.
problem-method = Địa chỉ này không nhận yêu cầu như vậy.
problem-too-large = Nội dung gửi lên quá lớn.
problem-form = Không đọc được biểu mẫu đã gửi. Hãy tải lại trang rồi điền lại.
problem-too-many = Quá nhiều lần thử từ địa chỉ này. Hãy thử lại sau { $seconds } giây.
problem-provider = Dịch vụ đăng nhập chưa trả lời đúng. Hãy thử lại sau ít phút.
problem-timeout = Hệ thống trả lời quá lâu. Hãy thử lại.

role-enumerator = Điều tra viên
role-commune_officer = Cán bộ cấp xã
role-commune_chair = Chủ tịch UBND cấp xã
role-district = Cấp huyện
role-province = Cấp tỉnh
role-ministry = Bộ
role-auditor = Kiểm tra, giám sát
role-administrator = Quản trị
role-public = Công chúng

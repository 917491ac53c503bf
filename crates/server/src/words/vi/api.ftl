# Những câu riêng của giao diện lập trình.
problem-unreadable = Không đọc được nội dung đã gửi.
problem-data = Nội dung đã gửi không đúng với yêu cầu ở đây.
problem-media-type = Kiểu nội dung đã gửi không được nhận ở đây; xem mô tả của địa chỉ này.
problem-no-version = Hãy ghi trong If-Match phiên bản được sửa: ETag của nội dung đã đọc. Chưa có gì bị thay đổi.
problem-other-version = If-Match không phải là ETag của nội dung hiện có: hãy đọc lại trước khi sửa. Chưa có gì bị thay đổi.
problem-key-used = Idempotency-Key này đã được dùng cho một yêu cầu khác. Chưa có gì bị thay đổi.
problem-key-under-way = Yêu cầu với Idempotency-Key này chưa có kết quả. Hãy gửi lại sau giây lát; nếu vẫn chưa có, hãy xem việc đã được thực hiện chưa trước khi gửi với khóa mới.
